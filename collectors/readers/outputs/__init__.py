"""What outputs of many command lines share: tables, words, ports, neighbours."""
