"""The command line. Prints; decides nothing."""
