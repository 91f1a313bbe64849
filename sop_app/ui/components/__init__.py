"""The building blocks of every screen. They know how things look, never what they are about."""
