"""What a person does with their audio: one module an intention, used by both faces."""
