"""The parts of the Transformer page, one module each: `show(name, text)` draws it."""
