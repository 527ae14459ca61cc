"""What a state holds of the sentence that was read: how an encoder comes to it, and what can be
read from it again."""
