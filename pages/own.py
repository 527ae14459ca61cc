"""Bring your own."""
