package wire

// A Message is a pointer to one of the structs of this package.
type Message interface {
	// Decode sets the message to what b has. The error is ErrMalformed or ErrLimit.
	Decode(b []byte) error

	// AppendCanonical appends the message as prost writes it, and returns the slice.
	AppendCanonical(dst []byte) []byte
}

// A SignedMessage is a message with a field for a signature.
type SignedMessage interface {
	Message

	// AppendSigned appends what is signed: the canonical form without the signature.
	AppendSigned(dst []byte) []byte
}
