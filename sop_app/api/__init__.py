"""The REST routes: sign-in, downloads, and the public API for other programs."""
