//go:build !race

package nmt_test

const raceEnabled = false
