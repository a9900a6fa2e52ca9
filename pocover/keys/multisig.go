package keys

import (
	"crypto/sha256"
	"slices"
	"strings"
)

const (
	maxMembers       = 255
	memberSize       = 33
	multisigSize     = 2 + len(sha256Multihash) + sha256.Size
	sha256Multihash  = "\x12\x20" // code and length
	signatureHeading = 2          // index and length
)

type multisigKey struct {
	network           Network
	required, members int // 1 ≤ required ≤ members ≤ 255
	digest            [sha256.Size]byte
}

// NewMultisig returns the key for which required of members must sign, at least 1 of
// them. Their order does not matter, and one that is given twice counts once. They are at
// most 255 ecc_compact and ed25519 keys of one network. The errors are ErrMalformed, and
// ErrLimit for too many members.
func NewMultisig(required int, members []*Key) (*Key, error) {
	k, err := newMultisig(required, members)
	if err != nil {
		return nil, fail("keys.NewMultisig", err)
	}
	return k, nil
}

func newMultisig(required int, members []*Key) (*Key, error) {
	type named struct {
		text string
		key  *Key
	}
	sorted := make([]named, len(members))
	for i, k := range members {
		if k == nil || k.verifier == nil || !k.canBeMember(members[0].network) {
			return nil, malformed("member %d is no ecc_compact or ed25519 key of the first one's network", i)
		}
		sorted[i] = named{k.String(), k}
	}
	slices.SortFunc(sorted, func(a, b named) int { return strings.Compare(a.text, b.text) })
	sorted = slices.CompactFunc(sorted, func(a, b named) bool { return a.text == b.text })
	if len(sorted) > maxMembers {
		return nil, limit("%d members, at most %d", len(sorted), maxMembers)
	}
	if required < 1 || required > len(sorted) {
		return nil, malformed("%d of %d members must sign", required, len(sorted))
	}

	hash := sha256.New()
	for _, m := range sorted {
		hash.Write([]byte(m.key.binary))
	}
	network := sorted[0].key.network
	material := append([]byte{byte(required), byte(len(sorted))}, sha256Multihash...)
	material = hash.Sum(material)
	v, material, err := parseMultisig(network, material)
	if err != nil {
		return nil, err
	}
	return newKey(network, Multisig, material, v), nil
}

func parseMultisig(network Network, body []byte) (verifier, []byte, error) {
	if len(body) < multisigSize {
		return nil, nil, malformed("multisig key of %d bytes, want %d", 1+len(body), 1+multisigSize)
	}
	body = body[:multisigSize]
	required, members, hash, digest := body[0], body[1], body[2:4], body[4:]
	if required < 1 || required > members {
		return nil, nil, malformed("%d of %d members must sign", required, members)
	}
	if string(hash) != sha256Multihash {
		return nil, nil, unsupported("multisig digest of multihash %x, want %x", hash, sha256Multihash)
	}
	return &multisigKey{network, int(required), int(members), [sha256.Size]byte(digest)}, body, nil
}

func (k *multisigKey) verify(message, signature []byte) error {
	members, signatures, err := k.split(signature)
	if err != nil {
		return err
	}
	signed, err := k.count(signatures)
	if err != nil {
		return err
	}
	if signed < k.required {
		return invalid("%d members signed, %d must", signed, k.required)
	}
	good := 0
	for rest := signatures; good < k.required && len(rest) > 0; {
		var index byte
		var part []byte
		index, part, rest = next(rest)
		if members[index].verifier.verify(message, part) == nil {
			good++
		}
	}
	if good < k.required {
		return invalid("%d members' signatures hold, %d must", good, k.required)
	}
	return nil
}

// split returns the members, which it holds to the digest before it parses them, and what
// follows them.
func (k *multisigKey) split(signature []byte) (members []*Key, signatures []byte, err error) {
	if len(signature) < k.members*memberSize {
		return nil, nil, malformed("%d bytes, %d members have %d", len(signature), k.members, k.members*memberSize)
	}
	list, signatures := signature[:k.members*memberSize], signature[k.members*memberSize:]
	if sha256.Sum256(list) != k.digest {
		return nil, nil, invalid("the members are not those of the key")
	}
	last := ""
	for b := range slices.Chunk(list, memberSize) {
		member, err := parse(b)
		if err != nil {
			return nil, nil, err
		}
		if !member.canBeMember(k.network) {
			return nil, nil, malformed("member of type %v on %v", member.kind, member.network)
		}
		text := member.String()
		if text <= last {
			return nil, nil, malformed("members are not in the order of their text")
		}
		members, last = append(members, member), text
	}
	return members, signatures, nil
}

// canBeMember reports whether a key can be one of a multisig key's.
func (k *Key) canBeMember(network Network) bool {
	return k.network == network && (k.kind == ECCCompact || k.kind == Ed25519)
}

// count returns how many signatures of distinct members there are.
func (k *multisigKey) count(signatures []byte) (int, error) {
	var seen [maxMembers]bool
	n := 0
	for rest := signatures; len(rest) > 0; n++ {
		if len(rest) < signatureHeading || len(rest)-signatureHeading < int(rest[1]) {
			return 0, malformed("signature %d is cut off", n)
		}
		index, _, after := next(rest)
		if int(index) >= k.members || seen[index] {
			return 0, malformed("signature %d: member %d of %d does not exist or signed before", n, index, k.members)
		}
		seen[index] = true
		rest = after
	}
	return n, nil
}

// next returns the first of signatures that are not cut off.
func next(signatures []byte) (index byte, signature, rest []byte) {
	end := signatureHeading + int(signatures[1])
	return signatures[0], signatures[signatureHeading:end], signatures[end:]
}
