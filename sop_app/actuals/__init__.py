"""What has happened: sales history."""
