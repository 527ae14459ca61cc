"""Stories and questions about them (no torch): what happens in one and what follows from it, its
words in each language, made-up stories, those of bAbI, and stories that a person types."""
