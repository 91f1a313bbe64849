"""Parts of pages that several screens share and that, unlike components, know what they are about."""
