package por

// The limits of the engine. They are part of what its verbs accept.
const (
	// MaxDepth is the most levels a tree has above its leaves: a size is a uint64.
	MaxDepth = 64

	// MaxArity is the most children a node has. Filecoin's trees have up to 36 in
	// one hash.
	MaxArity = 64

	// MaxLeafSize is the most bytes a leaf has that is read from a stream.
	MaxLeafSize = 1 << 24

	// MaxMultiproofLeaves is the most leaves one multiproof is about. The work is at
	// most their number times the depth times the arity.
	MaxMultiproofLeaves = 1 << 16

	// MaxPrefix is the most bytes a [Hash] puts before what it hashes.
	MaxPrefix = 32
)
