package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/depinproof/depinproof"
)

// referenceName names the crate that the server judges proofs with.
const referenceName = "filecoin-proofs 19.1.0"

// The verdicts, in the words of the reference. What it says to malformed input
// is an error or, now and then, a panic.
const (
	accept    = "accept"
	reject    = "reject"
	malformed = "error"
)

// verdictOf returns the verdict that an error of ours stands for. An error that
// says nothing about the proof stands for none.
func verdictOf(err error) string {
	switch {
	case err == nil:
		return accept
	case errors.Is(err, depinproof.ErrInvalidProof):
		return reject
	case errors.Is(err, depinproof.ErrMalformed), errors.Is(err, depinproof.ErrLimit):
		return malformed
	}
	return "none: " + err.Error()
}

// judgement collects comparisons of verdicts.
type judgement struct {
	label       string // of what is judged
	compared    int
	differences []string
}

func (j *judgement) compare(name, want, got, detail string) {
	j.compared++
	if got != want {
		j.differ(name, fmt.Sprintf("%s where %s is due (%s)", got, want, detail))
	}
}

func (j *judgement) differ(name, what string) {
	j.differences = append(j.differences, fmt.Sprintf("%s: %s: %s", j.label, name, what))
}

// plain strips a verdict of the reference of its reason. A panic is an error:
// the chain takes both for a proof that it could not judge.
func plain(verdict string) string {
	if verdict == "panic" || strings.HasPrefix(verdict, malformed+": ") {
		return malformed
	}
	return verdict
}

// against compares the verdict of the reference on a case file with want, and
// ours with it. Without want the statement is a hostile twin, on which the
// reference alone decides but may not accept. It returns the verdict that is due.
func (j *judgement) against(ref *reference, file, name, want string, ours error) (string, error) {
	theirs, err := ref.verdict(file)
	if err != nil {
		return "", err
	}
	if want == "" {
		want = plain(theirs)
		if want == accept {
			j.differ(name, "the reference accepts a hostile twin")
		}
	} else {
		j.compare(name+", reference", want, plain(theirs), theirs)
	}
	j.compare(name, want, verdictOf(ours), fmt.Sprint(ours, "; the reference: ", theirs))
	return want, nil
}

// judged compares verdicts on statements of one kind with the reference's, which
// judges several one by one and names the first that it does not accept.
type judged[S any] struct {
	judgement
	ref *reference
	// through writes statements to a case file and returns them as our side
	// reads them.
	through func([]S) (file string, back []S, err error)
	single  func(*S) error
	batch   func([]S, []error) error // nil if there is no such verb
}

// judgedBatch is the number of statements in a batch, of which one may be a twin:
// odd, and more than are decoded together.
const judgedBatch = 9

// all judges valid statements, twins of one of them, and batches of valid ones
// with a twin in the middle.
func (j *judged[S]) all(name string, valid []S, twins []twin[S]) error {
	for i := range valid {
		if err := j.one(fmt.Sprint(name, ": valid ", i), accept, valid[i]); err != nil {
			return err
		}
	}
	var batch []S
	for i := range judgedBatch {
		batch = append(batch, valid[i%len(valid)])
	}
	const middle = judgedBatch / 2
	if j.batch != nil {
		if err := j.many(name+": all valid", batch, accept, -1); err != nil {
			return err
		}
	}
	for _, t := range twins {
		label := name + ": " + t.name
		if err := j.one(label, t.want, t.statement); err != nil {
			return err
		}
		if j.batch == nil {
			continue
		}
		batch[middle] = t.statement
		if err := j.many(label, batch, t.want, middle); err != nil {
			return err
		}
	}
	return nil
}

func (j *judged[S]) one(name, want string, statement S) error {
	file, back, err := j.through([]S{statement})
	if err != nil {
		return err
	}
	_, err = j.against(j.ref, file, name, want, j.single(&back[0]))
	return err
}

// many judges a batch in which all statements but that at suspect are valid.
func (j *judged[S]) many(name string, statements []S, want string, suspect int) error {
	name = "batch: " + name
	file, back, err := j.through(statements)
	if err != nil {
		return err
	}
	errs := make([]error, len(back))
	want, err = j.against(j.ref, file, name, want, j.batch(back, errs))
	if err != nil {
		return err
	}
	for i := range errs {
		due := accept
		if i == suspect {
			due = want
		}
		if got := verdictOf(errs[i]); got != due {
			j.differ(name, fmt.Sprintf("%s of statement %d where %s is due", got, i, due))
		}
	}
	return nil
}
