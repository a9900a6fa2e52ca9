package depinproof_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// A function whose only answer is an error accepts whenever somebody forgets a
// check. So every exported Verify function has one place where it accepts, its
// last line, and leaves everywhere else with something that cannot be nil.

// errorConstructors are the functions whose call is never nil. Those that this
// module declares are held to it by checkConstructor.
var errorConstructors = []string{
	"fail", "internalError", "invalid", "limit", "malformed", "newError", "unsupported",
	"errors.New", "fmt.Errorf",
}

// deferrable are the calls a Verify function may defer. Others are refused: a
// deferred recover would turn a panic into an accepted proof.
var deferrable = []string{"Done", "Put", "RUnlock", "Unlock", "Wait", "cancel"}

// isVerify reports whether name is Verify or Verify followed by a new word.
func isVerify(name string) bool {
	rest, ok := strings.CutPrefix(name, "Verify")
	first, _ := utf8.DecodeRuneInString(rest)
	return ok && !unicode.IsLower(first)
}

// checkAccept lists what is wrong with an exported Verify function.
func checkAccept(fn *ast.FuncDecl) []string {
	var problems []string
	report := func(n ast.Node, text string) {
		problems = append(problems, fmt.Sprintf("%v: %s: %s", fileSet.Position(n.Pos()), fn.Name.Name, text))
	}
	results := fn.Type.Results
	if results.NumFields() == 0 || types.ExprString(results.List[len(results.List)-1].Type) != "error" {
		report(fn, "the last result is not an error")
		return problems
	}
	for _, f := range results.List {
		if len(f.Names) > 0 {
			report(f, "results have names")
			return problems
		}
	}
	if fn.Body == nil || len(fn.Body.List) == 0 {
		report(fn, "no body")
		return problems
	}
	for _, n := range rebound(fn) {
		report(n, "gives a new meaning to nil or to an error constructor")
	}

	last, _ := fn.Body.List[len(fn.Body.List)-1].(*ast.ReturnStmt)
	if last == nil || len(last.Results) != results.NumFields() || !isNil(last.Results[len(last.Results)-1]) {
		report(fn.Body.List[len(fn.Body.List)-1], "the last statement does not accept")
	}
	ast.PreorderStack(fn.Body, nil, func(n ast.Node, stack []ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			if !slices.Contains(deferrable, calledName(n.Call)) {
				report(n, "defers a call that is not in the list")
			}
		case *ast.ReturnStmt:
			switch {
			case n == last:
			case len(n.Results) != results.NumFields():
				report(n, "returns without naming its error")
			case isNil(n.Results[len(n.Results)-1]):
				report(n, "accepts before the last statement")
			case !neverNil(n.Results[len(n.Results)-1], stack):
				report(n, "returns an error that may be nil")
			}
		}
		return true
	})
	return problems
}

// checkConstructor lists what is wrong with a function named as an error
// constructor: it must not be able to return nil either.
func checkConstructor(fn *ast.FuncDecl) []string {
	var problems []string
	report := func(n ast.Node, text string) {
		problems = append(problems, fmt.Sprintf("%v: %s: %s", fileSet.Position(n.Pos()), fn.Name.Name, text))
	}
	results := fn.Type.Results
	if results.NumFields() != 1 || len(results.List[0].Names) > 0 {
		report(fn, "an error constructor has one unnamed result")
		return problems
	}
	for _, n := range rebound(fn) {
		report(n, "gives a new meaning to nil or to an error constructor")
	}
	ast.PreorderStack(fn.Body, nil, func(n ast.Node, stack []ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			report(n, "an error constructor defers nothing")
		case *ast.ReturnStmt:
			if len(n.Results) != 1 || !neverNil(n.Results[0], stack) {
				report(n, "returns an error that may be nil")
			}
		}
		return true
	})
	return problems
}

// neverNil reports whether e, at a return statement below the nodes of stack,
// is certainly not nil: a constructor's call, a fresh Error, or something that
// an enclosing if has found to differ from nil and nothing has changed since.
func neverNil(e ast.Expr, stack []ast.Node) bool {
	switch e := e.(type) {
	case *ast.CallExpr:
		if slices.Contains(errorConstructors, types.ExprString(e.Fun)) {
			return true
		}
		// A context that is done stays done, so its Err can be asked twice.
		method, ok := e.Fun.(*ast.SelectorExpr)
		if !ok || method.Sel.Name != "Err" || len(e.Args) != 0 {
			return false
		}
		ctx, ok := method.X.(*ast.Ident)
		return ok && guarded(types.ExprString(e), ctx.Name, stack)
	case *ast.UnaryExpr:
		lit, ok := e.X.(*ast.CompositeLit)
		if !ok || e.Op != token.AND {
			return false
		}
		name := types.ExprString(lit.Type)
		return name == "depinproof.Error" || name == "Error"
	case *ast.Ident:
		return guarded(e.Name, e.Name, stack)
	}
	return false
}

// guarded reports whether the innermost node of stack lies in the body of an if
// whose condition implies expr != nil and which gives name no other value.
func guarded(expr, name string, stack []ast.Node) bool {
	for i, n := range stack {
		cond, ok := n.(*ast.IfStmt)
		if !ok || i+1 == len(stack) || stack[i+1] != ast.Node(cond.Body) {
			continue
		}
		if implies(cond.Cond, expr) && !assigns(cond.Body, name) {
			return true
		}
	}
	return false
}

// implies reports whether cond can only be true when expr != nil.
func implies(cond ast.Expr, expr string) bool {
	switch c := cond.(type) {
	case *ast.ParenExpr:
		return implies(c.X, expr)
	case *ast.BinaryExpr:
		switch c.Op {
		case token.LAND:
			return implies(c.X, expr) || implies(c.Y, expr)
		case token.NEQ:
			return isNil(c.Y) && types.ExprString(c.X) == expr
		}
	}
	return false
}

// assigns reports whether body may change or hide the variable name.
func assigns(body ast.Node, name string) bool {
	return slices.ContainsFunc(bound(body), func(id *ast.Ident) bool { return id.Name == name })
}

// rebound lists the identifiers by which fn gives nil or an error constructor
// another meaning.
func rebound(fn *ast.FuncDecl) []*ast.Ident {
	return slices.DeleteFunc(bound(fn), func(id *ast.Ident) bool {
		return id.Name != "nil" && !slices.Contains(errorConstructors, id.Name)
	})
}

// bound lists the identifiers that n declares, assigns or takes the address of.
func bound(n ast.Node) []*ast.Ident {
	var ids []*ast.Ident
	add := func(exprs ...ast.Expr) {
		for _, e := range exprs {
			if id, ok := e.(*ast.Ident); ok {
				ids = append(ids, id)
			}
		}
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			add(n.Lhs...)
		case *ast.RangeStmt:
			add(n.Key, n.Value)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				add(n.X)
			}
		case *ast.ValueSpec:
			ids = append(ids, n.Names...)
		case *ast.Field:
			ids = append(ids, n.Names...)
		}
		return true
	})
	return ids
}

func isNil(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "nil"
}

// calledName returns the last word of what a call names.
func calledName(call *ast.CallExpr) string {
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		return fun.Sel.Name
	}
	return ""
}

// functions yields the functions and methods of the module's packages outside
// bench and outside tests.
func functions(t *testing.T, yield func(f *sourceFile, fn *ast.FuncDecl)) {
	for _, f := range ownFiles(t) {
		if f.test || topFolder(f.pkg) == "bench" {
			continue
		}
		for _, d := range f.file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				yield(&f, fn)
			}
		}
	}
}

func TestSingleAccept(t *testing.T) {
	n := 0
	functions(t, func(_ *sourceFile, fn *ast.FuncDecl) {
		var problems []string
		switch {
		case isVerify(fn.Name.Name):
			n++
			problems = checkAccept(fn)
		case fn.Recv == nil && slices.Contains(errorConstructors, fn.Name.Name):
			problems = checkConstructor(fn)
		}
		for _, p := range problems {
			t.Error(p)
		}
	})
	if n == 0 {
		t.Error("no exported Verify function found")
	}
}

// coverProblems lists the Verify functions of a package that lack a fuzz
// target, an example or a benchmark. A test counts for the function with the
// longest name that its own name contains: FuzzVerifySealBatch is about
// VerifySealBatch, not about VerifySeal.
func coverProblems(verify, tests []string) []string {
	var problems []string
	for _, kind := range []string{"Fuzz", "Example", "Benchmark"} {
		covered := make(map[string]bool)
		for _, name := range tests {
			about, ok := strings.CutPrefix(name, kind)
			if !ok {
				continue
			}
			longest := ""
			for _, v := range verify {
				if strings.Contains(about, v) && len(v) > len(longest) {
					longest = v
				}
			}
			covered[longest] = true
		}
		for _, v := range verify {
			if !covered[v] {
				problems = append(problems, v+" has no "+kind+" function")
			}
		}
	}
	return problems
}

// TestVerifyCovered asks of the public packages only; what lies under internal
// is reached through them.
func TestVerifyCovered(t *testing.T) {
	verify := make(map[string][]string)
	functions(t, func(f *sourceFile, fn *ast.FuncDecl) {
		if isVerify(fn.Name.Name) && !slices.Contains(strings.Split(f.pkg, "/"), "internal") {
			verify[f.pkg] = append(verify[f.pkg], fn.Name.Name)
		}
	})
	if len(verify) == 0 {
		t.Error("no exported Verify function found")
	}
	tests := make(map[string][]string)
	for _, f := range ownFiles(t) {
		if !f.test {
			continue
		}
		for _, d := range f.file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil {
				tests[f.pkg] = append(tests[f.pkg], fn.Name.Name)
			}
		}
	}
	for pkg, names := range verify {
		for _, p := range coverProblems(names, tests[pkg]) {
			t.Errorf("%s: %s", pkg, p)
		}
	}
}

// reducing are the decoders of the curve library that reduce their argument
// modulo the field's order instead of refusing it. Outside internal/bls12381
// only poseidon can reach them.
var reducing = []string{"SetBigInt", "SetBytes", "SetInterface", "SetString"}

// reducingSelectors lists the uses of a reducing decoder in f.
func reducingSelectors(f *ast.File) []string {
	var problems []string
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && slices.Contains(reducing, sel.Sel.Name) {
			problems = append(problems, fmt.Sprintf("%v: %s reduces", fileSet.Position(sel.Pos()), types.ExprString(sel)))
		}
		return true
	})
	return problems
}

func TestStrictDecoding(t *testing.T) {
	for _, f := range ownFiles(t) {
		if f.test || topFolder(f.pkg) != "poseidon" || f.file.Name.Name == "main" {
			continue
		}
		for _, p := range reducingSelectors(f.file) {
			t.Error(p)
		}
	}
}

// parseSource parses declarations as the body of a file.
func parseSource(t *testing.T, src string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(fileSet, "", "package p\n"+src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestCheckAccept(t *testing.T) {
	for _, c := range []struct {
		name, src string
		ok        bool
	}{
		{"one accept", `func VerifyX() error { return nil }`, true},
		{"guarded", `func VerifyX() error { if err := f(); err != nil { return err }; return nil }`, true},
		{"guarded by a conjunction", `func VerifyX() error { if (a && err != nil) { return err }; return nil }`, true},
		{"constructors", `func VerifyX() error {
			if a { return malformed(op, "x") }
			for { if b { return fmt.Errorf("x") } }
			switch { case c: return &depinproof.Error{Kind: k} }
			return nil }`, true},
		{"context", `func VerifyX() error { if ctx.Err() != nil { return ctx.Err() }; return nil }`, true},
		{"verdict", `func VerifyX() (Verdict, error) { if a { return Verdict{}, limit() }; return v, nil }`, true},
		{"function literal", `func VerifyX() error { ok := run(func() error { return nil }); if !ok { return fail() }; return nil }`, true},
		{"deferred unlock", `func VerifyX() error { defer mu.Unlock(); return nil }`, true},

		{"no result", `func VerifyX() { }`, false},
		{"bool", `func VerifyX() bool { return true }`, false},
		{"error first", `func VerifyX() (error, bool) { return nil, true }`, false},
		{"named result", `func VerifyX() (err error) { return nil }`, false},
		{"naked return", `func VerifyX() (v Verdict, err error) { return }`, false},
		{"no body", `func VerifyX() error`, false},
		{"two accepts", `func VerifyX() error { if a { return nil }; return nil }`, false},
		{"two accepts of a pair", `func VerifyX() (Verdict, error) { if a { return v, nil }; return w, nil }`, false},
		{"accept not last", `func VerifyX() error { if a { return nil }; return fail() }`, false},
		{"ends in a block", `func VerifyX() error { if a { return fail() } else { return nil } }`, false},
		{"tail call", `func (v *V) VerifyX() error { return v.other() }`, false},
		{"tail call before the end", `func (v *V) VerifyX() error { if a { return v.other() }; return nil }`, false},
		{"tail call of a pair", `func VerifyX() (Verdict, error) { if a { return other() }; return v, nil }`, false},
		{"method named as a constructor", `func VerifyX() error { if a { return v.fail() }; return nil }`, false},
		{"unguarded variable", `func VerifyX() error { err := f(); if a { return err }; return nil }`, false},
		{"guarded by a disjunction", `func VerifyX() error { if a || err != nil { return err }; return nil }`, false},
		{"other variable guarded", `func VerifyX() error { if err != nil { return e }; return nil }`, false},
		{"guard in the else branch", `func VerifyX() error { if err != nil { f() } else { return err }; return nil }`, false},
		{"guard inverted", `func VerifyX() error { if err == nil { return err }; return nil }`, false},
		{"changed below the guard", `func VerifyX() error { if err != nil { err = f(); return err }; return nil }`, false},
		{"hidden below the guard", `func VerifyX() error { if err != nil { var err error; return err }; return nil }`, false},
		{"address taken below the guard", `func VerifyX() error { if err != nil { clear(&err); return err }; return nil }`, false},
		{"context not asked", `func VerifyX() error { if a { return ctx.Err() }; return nil }`, false},
		{"other context", `func VerifyX() error { if ctx.Err() != nil { return c.Err() }; return nil }`, false},
		{"other composite", `func VerifyX() error { if a { return &Other{} }; return nil }`, false},
		{"nil in parentheses", `func VerifyX() error { if a { return (nil) }; return nil }`, false},
		{"converted nil", `func VerifyX() error { if a { return error(nil) }; return nil }`, false},
		{"deferred recover", `func VerifyX() error { defer recover(); return nil }`, false},
		{"deferred literal", `func VerifyX() error { defer func() { recover() }(); return nil }`, false},
		{"constructor rebound", `func VerifyX() error { fail := f; if a { return fail() }; return nil }`, false},
		{"constructor as parameter", `func VerifyX(fail func() error) error { if a { return fail() }; return nil }`, false},
		{"nil rebound", `func VerifyX() error { var nil error = x; return nil }`, false},
	} {
		fn := parseSource(t, c.src).Decls[0].(*ast.FuncDecl)
		if problems := checkAccept(fn); (len(problems) == 0) != c.ok {
			t.Errorf("%s: got %q, want ok = %v", c.name, problems, c.ok)
		}
	}
}

func TestCheckConstructor(t *testing.T) {
	for _, c := range []struct {
		name, src string
		ok        bool
	}{
		{"composite", `func fail(op string) error { return &depinproof.Error{Op: op} }`, true},
		{"own composite", `func fail(op string) *Error { return &Error{Op: op} }`, true},
		{"another constructor", `func malformed(op string) error { return fail(op) }`, true},
		{"nil", `func fail() error { return nil }`, false},
		{"nil at times", `func fail(err error) error { if err == nil { return nil }; return &Error{} }`, false},
		{"variable", `func fail(err error) error { return err }`, false},
		{"named result", `func fail() (err error) { return &Error{} }`, false},
		{"two results", `func fail() (int, error) { return 0, &Error{} }`, false},
		{"recovers", `func fail() error { defer recover(); return &Error{} }`, false},
	} {
		fn := parseSource(t, c.src).Decls[0].(*ast.FuncDecl)
		if problems := checkConstructor(fn); (len(problems) == 0) != c.ok {
			t.Errorf("%s: got %q, want ok = %v", c.name, problems, c.ok)
		}
	}
}

func TestIsVerify(t *testing.T) {
	for name, want := range map[string]bool{
		"Verify": true, "VerifySeal": true, "Verify2": true,
		"VerifyingKey": false, "Verifier": false, "verifySeal": false, "NewVerifier": false, "Seal": false,
	} {
		if got := isVerify(name); got != want {
			t.Errorf("isVerify(%q) = %v", name, got)
		}
	}
}

func TestCoverProblems(t *testing.T) {
	verify := []string{"VerifySeal", "VerifySealBatch"}
	full := []string{
		"FuzzVerifySealBits", "ExampleVerifier_VerifySeal", "BenchmarkVerifySeal",
		"FuzzVerifySealBatch", "ExampleVerifier_VerifySealBatch_partial", "BenchmarkVerifySealBatch8",
	}
	if p := coverProblems(verify, full); len(p) > 0 {
		t.Errorf("complete set: %q", p)
	}
	for i := range full {
		if p := coverProblems(verify, slices.Delete(slices.Clone(full), i, i+1)); len(p) != 1 {
			t.Errorf("without %s: got %q, want one problem", full[i], p)
		}
	}
}

func TestReducingSelectors(t *testing.T) {
	for src, want := range map[string]int{
		`func f() { e.SetBytes(b) }`:                           1,
		`func f() { g := e.SetBigInt; g(x); e.x.SetString() }`: 2,
		`func f() { e.SetBytesCanonical(b); e.SetUint64(1) }`:  0,
	} {
		if got := reducingSelectors(parseSource(t, src)); len(got) != want {
			t.Errorf("%s: got %q, want %d problems", src, got, want)
		}
	}
}
