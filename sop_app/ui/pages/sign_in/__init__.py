"""Sign in: e-mail and password, posted by a plain form."""
