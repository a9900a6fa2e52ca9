// Package wire has the messages of Helium's network: their decoding, the bytes that are
// signed, and archives of them.
//
// # Messages
//
// A message is a struct with the fields that helium/proto gives it, in the units that
// stand beside them. Decode accepts the bytes that the network's services accept, which
// are those that Rust's prost accepts, and AppendCanonical appends the bytes prost writes:
//
//   - of a field that is there twice, the last value counts; a message is merged with the
//     one before, and a repeated field is continued;
//   - unknown fields are dropped, also groups, to a depth of 100;
//   - varints have at most 10 bytes and 64 bits, and lose what exceeds their type; enums
//     keep numbers that have no name;
//   - text is UTF-8; another wire type than a field's, field number 0 and a value that runs
//     past the end are refused;
//   - written are known fields by ascending number, a oneof at the lowest number that it
//     has, without those that equal the default (−0 does), repeated numbers packed.
//
// A message within a message, and text in a oneof, may be there and empty. Where Decode
// finds one it sets the field's Has…. For writing it is enough that there is content.
//
// # Signatures
//
// What is signed is the message without its signature, written as above: AppendSigned.
// Since unknown fields and the order of fields are not signed, the bytes as received do
// not identify a report; the canonical form does. Which key signs is said at each message.
// A protobuf runtime that keeps unknown fields or −0, or that writes a oneof last, makes
// other bytes, and the network refused signatures over those.
//
// # Memory
//
// Byte fields share the bytes that Decode was given. All text of a message is copied once.
// Slices of structs and numbers that the receiver had are used again, so Decode into the
// same variable allocates nothing but text, and the spreading factors of [RegionParams]; a
// copy of the struct shares those slices and is overwritten too. What is appended to must
// not be memory that the message was decoded from. After an error the receiver is of no
// use. Methods that only read are safe for concurrent use.
//
// # Archives
//
// [Reader] and [Writer] are for the files in which the network kept its reports.
//
// # Differences
//
// The network had no limits on counts, and limits on sizes by transport; here each is a
// constant, beyond which the error is ErrLimit. The network's own reader of archives
// ignored what follows the first gzip member; Reader goes on, so that joined archives are
// read, and it refuses what is not gzip there. An empty file is malformed.
package wire
