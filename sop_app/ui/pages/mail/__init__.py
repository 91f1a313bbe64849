"""What goes out by mail: the queue, what was sent, what failed, and the words of each."""
