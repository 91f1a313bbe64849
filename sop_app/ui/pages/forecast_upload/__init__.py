"""Upload a filled forecast template: see every difference, accept it or not."""
