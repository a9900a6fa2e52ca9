//go:build race

package nmt_test

const raceEnabled = true
