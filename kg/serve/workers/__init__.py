"""The processes that answer: a zygote holds the graph, workers are forked from it, the server sees their pool."""
