"""Drive the Baumer VCXG-124M GigE Vision camera."""
