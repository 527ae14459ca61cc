"""What the server does besides running the app: routes of its own, on the same port."""
