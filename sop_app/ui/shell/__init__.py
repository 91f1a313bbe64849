"""What surrounds every screen: who is signed in, the gate, navigation, notices."""
