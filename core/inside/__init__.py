"""What happens inside a Transformer: the numbers of each view, one module a view."""
