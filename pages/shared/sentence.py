"""The sentences that pages offer to begin with."""

EXAMPLES = (
    "I did not know that you were there.",
    "She gave him the red book.",
    "My sisters are very tired.",
    "He doesn't eat meat anymore.",
    "What time does the last train leave?",
    "The old man sat under the big tree.",
    "We will be happy to help you tomorrow.",
    "Tom is taller than his older brother.",
    "Nobody knows why she left so early.",
    "If I had known that you were coming, I would have bought more bread and made a cake.",
)
