"""Looking at the world outside the repository: connections, HTTP exchanges, local ports, other processes."""
