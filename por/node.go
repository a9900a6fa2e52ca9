package por

// Node is a node of a tree: a hash of 32 bytes. It is an alias, so that nodes of
// other packages, such as poseidon.Element, are nodes as they are.
type Node = [32]byte
