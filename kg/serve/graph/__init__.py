"""What is read of a graph for pages and interfaces: a holding comes in, plain data goes out. Knows no HTTP."""
