"""Waveforms as cells."""
