package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/depinproof/depinproof"
)

// verdict is one word for what a verifier answers.
type verdict string

const (
	accepted    verdict = "accept"
	rejected    verdict = "reject"
	malformed   verdict = "malformed"
	overLimit   verdict = "limit"
	unsupported verdict = "unsupported"
	internal    verdict = "internal"

	// unstated is the expectation of a proof of which no verdict is known.
	unstated verdict = ""
)

// verdicts lists the words in the order of reports.
var verdicts = []verdict{accepted, rejected, malformed, overLimit, unsupported, internal}

// verdictOf names a verifier's answer. An error of no known class says nothing
// about the proof.
func verdictOf(err error) verdict {
	switch {
	case err == nil:
		return accepted
	case errors.Is(err, depinproof.ErrInvalidProof):
		return rejected
	case errors.Is(err, depinproof.ErrMalformed):
		return malformed
	case errors.Is(err, depinproof.ErrLimit):
		return overLimit
	case errors.Is(err, depinproof.ErrUnsupported):
		return unsupported
	}
	return internal
}

// readReference translates the verdict of the reference implementation as it
// stands in the files. What it refuses to judge, or breaks on, is malformed.
func readReference(s string) (verdict, error) {
	switch {
	case s == string(accepted), s == string(rejected):
		return verdict(s), nil
	case s == "panic", strings.HasPrefix(s, "error:"):
		return malformed, nil
	}
	return unstated, fmt.Errorf("unknown reference verdict %.40q", s)
}

// agrees reports whether got is what want expects. What the reference refuses to
// judge may be beyond a limit, too.
func (want verdict) agrees(got verdict) bool {
	return want == unstated || got == want || want == malformed && got == overLimit
}
