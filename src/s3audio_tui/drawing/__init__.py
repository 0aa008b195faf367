"""Pictures of sound as characters and roles of colours. Knows no screen and no command line."""
