// Package sector makes the replicas that replication proofs are about, and the data of
// replicas again: labels, encoding, trees and commitments of sealing, unsealing, and
// replica updates. It makes the same bytes as rust-fil-proofs, and no SNARKs.
//
// A [Sealer] is for one kind of sectors. Sealing goes through these steps, each a method,
// and [Sealer.Seal] does all of them:
//
//	data     client bytes padded to field elements          PadReader
//	CommD    root of the tree of the data                   Sealer.CommD
//	ID       of the replica, from CommD and the ticket      Sealer.ReplicaID
//	labels   of every node in every layer                   Sealer.Labels
//	CommC    root of the tree of the columns of labels      Sealer.CommC
//	replica  data + label in the last layer                 Sealer.Encode
//	CommR    hash of CommC and the root of its tree         CommR
//
// The label of a node hashes those of its parents, which are before it in its layer and
// anywhere in the layer before: a chain through all of a sector, times the layers, which
// takes long on purpose. [Sealer.Unseal] goes through it again; with the labels of the
// last layer kept, [Sealer.Decode] does not have to.
//
// [UpdateKey] encodes data over a replica and takes it off again (replica updates,
// "SnapDeals"), in any order of the nodes; [Sealer.Update] does a sector.
//
// # Bytes
//
// Data, layers and replicas are nodes of 32 bytes, little-endian integers below the order
// of BLS12-381's group: SectorSize bytes each. Data of clients have 127 bytes for 128 of
// a sector. Files have the layout of the reference's: a layer is its
// sc-02-data-layer file, the cached rows of a tree its sc-02-data-tree-r-last file, and
// parents its v28-sdr-parent file.
//
// # Memory
//
// Computing labels keeps two layers of each sector in memory, twice the sector size, and
// the parents of all nodes, seven quarters of it, if they fit [Options]; the rest works on
// some megabytes for every worker and, for roots of a sector, 1/448 of its size.
//
// # Errors
//
// Errors are *depinproof.Error, but for those of a context, a reader or a writer, which are
// passed on as they are. Data, layers and replicas that end early, and nodes that are not
// below the order, are ErrMalformed, and so is a nil file, reader or writer; what has more
// bytes than a sector is read no further. Op is the name that this documentation has, with
// the type of a method: sector.Encode and sector.Sealer.Encode.
// After an error, what was written is of no use.
//
// Source: filecoin-proofs, storage-proofs-porep and storage-proofs-update 19.1.0; FIP-0019.
package sector
