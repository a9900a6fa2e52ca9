package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover"
	"github.com/depinproof/depinproof/pocover/h3"
	"github.com/depinproof/depinproof/pocover/keys"
	"github.com/depinproof/depinproof/pocover/settle"
	"github.com/depinproof/depinproof/pocover/wire"
)

// radioFile is what a folder of archives has beside them.
const radioFile = "radio.json"

// radioState is the content of radioFile: what a network knew before a day.
type radioState struct {
	Slack    int64               `json:"slack_ms,omitempty"`
	Until    uint64              `json:"until,omitempty"`
	Gateways []radioGateway      `json:"gateways"`
	Sessions []radioSession      `json:"sessions,omitempty"`
	Regions  map[string]hexBytes `json:"regions"`
	Deny     *radioDeny          `json:"deny"`
	Scales   map[string]uint32   `json:"scales,omitempty"`
	Expected map[string]uint64   `json:"expected,omitempty"`

	// The network's own deny list instead of Deny.
	denyFilter pocover.DenyList
}

// A radioGateway is a hotspot. One without location is not asserted.
type radioGateway struct {
	Key             string `json:"key"`
	Full            bool   `json:"full"`
	Location        string `json:"location,omitempty"`
	Gain            int32  `json:"gain,omitempty"`
	Elevation       int32  `json:"elevation,omitempty"`
	Region          string `json:"region,omitempty"`
	LastBeacon      uint64 `json:"last_beacon,omitempty"`
	LastReciprocity uint64 `json:"last_beacon_reciprocity,omitempty"`
	LastWitness     uint64 `json:"last_witness,omitempty"`
}

// A radioSession is a lora_stream_session_init_v1.
type radioSession struct {
	Init  hexBytes `json:"init"`
	From  uint64   `json:"from"`
	Until uint64   `json:"until"`
}

// radioDeny is a deny list: keys and pairs, or the network's file and who may sign it.
type radioDeny struct {
	Tag     string      `json:"tag,omitempty"`
	Keys    []string    `json:"keys,omitempty"`
	Edges   [][2]string `json:"edges,omitempty"`
	Filter  string      `json:"filter,omitempty"`
	Signers []string    `json:"signers,omitempty"`
}

// maxRadioSize bounds what is read of radioFile: a million gateways have half of it.
const maxRadioSize = 512 << 20

// readRadio reads radioFile of a folder.
func readRadio(dir string) (*radioState, error) {
	name := filepath.Join(dir, radioFile)
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := new(radioState)
	if err := s.read(f, maxRadioSize); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// read reads the state from JSON of at most limit bytes. Gateways and sessions, of which
// there may be many, are read one by one, so that the text is not kept.
func (s *radioState) read(r io.Reader, limit int64) error {
	in := &io.LimitedReader{R: r, N: limit + 1}
	err := s.decode(json.NewDecoder(in))
	if in.N <= 0 {
		return tooLarge(limit)
	}
	return err
}

func (s *radioState) decode(d *json.Decoder) error {
	d.DisallowUnknownFields()
	others := map[string]any{
		"slack_ms": &s.Slack, "until": &s.Until, "regions": &s.Regions,
		"deny": &s.Deny, "scales": &s.Scales, "expected": &s.Expected,
	}
	seen := make(map[string]bool)
	if t, err := d.Token(); err != nil {
		return err
	} else if t != json.Delim('{') {
		return errors.New("no object")
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		name := t.(string) // as all keys of objects
		if seen[name] {
			return fmt.Errorf("field %q comes twice", name)
		}
		seen[name] = true
		switch v, ok := others[name]; {
		case name == "gateways":
			s.Gateways, err = decodeList[radioGateway](d)
		case name == "sessions":
			s.Sessions, err = decodeList[radioSession](d)
		case ok:
			err = d.Decode(v)
		default:
			return fmt.Errorf("unknown field %q", name)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows the object")
	}
	return nil
}

// decodeList reads an array by its elements. Null is an empty one.
func decodeList[T any](d *json.Decoder) (list []T, err error) {
	if t, err := d.Token(); err != nil || t == nil {
		return nil, err
	} else if t != json.Delim('[') {
		return nil, errors.New("no list")
	}
	for d.More() {
		var e T
		if err := d.Decode(&e); err != nil {
			return nil, fmt.Errorf("entry %d: %w", len(list), err)
		}
		list = append(list, e)
	}
	_, err = d.Token()
	return list, err
}

// config is what the reports are judged by.
func (s *radioState) config() (c settle.Config, err error) {
	c = settle.Config{
		Rules:    pocover.IoT202605(),
		Registry: new(settle.Registry),
		Regions:  make(map[wire.Region]*wire.RegionParams),
		Deny:     s.denyFilter,
		Options:  settle.Options{Slack: time.Duration(s.Slack) * time.Millisecond},
	}
	for name, b := range s.Regions {
		region, err := wire.ParseRegion(name)
		if err != nil {
			return c, err
		}
		params := new(wire.RegionParams)
		if err := params.Decode(b); err != nil {
			return c, fmt.Errorf("region %s: %w", name, err)
		}
		c.Regions[region] = params
	}
	for i, e := range s.Gateways {
		if err := e.add(c.Registry); err != nil {
			return c, fmt.Errorf("gateway %d: %w", i, err)
		}
	}
	for i, e := range s.Sessions {
		var init wire.SessionInit
		err := init.Decode(e.Init)
		if err == nil {
			err = c.Registry.AddSession(&init, e.From, e.Until)
		}
		if err != nil {
			return c, fmt.Errorf("session %d: %w", i, err)
		}
	}
	scales := make(scaleMap)
	for name, scale := range s.Scales {
		cell, err := h3.Parse(name)
		if err != nil {
			return c, err
		}
		scales[cell] = pocover.Scale(scale)
	}
	c.Density = scales
	if c.Deny == nil && s.Deny != nil {
		c.Deny, err = s.Deny.list()
	}
	return c, err
}

// scaleMap is a density map.
type scaleMap map[h3.Cell]pocover.Scale

func (m scaleMap) Scale(location h3.Cell) (pocover.Scale, bool) {
	s, ok := m[location]
	return s, ok
}

// add adds the gateway to a registry.
func (e *radioGateway) add(r *settle.Registry) error {
	key, err := keys.ParseText(e.Key)
	if err != nil {
		return err
	}
	g := pocover.Gateway{Full: e.Full, Asserted: e.Location != "", Gain: e.Gain, Elevation: e.Elevation}
	if g.Asserted {
		if g.Location, err = h3.Parse(e.Location); err != nil {
			return err
		}
		if g.Region, err = wire.ParseRegion(e.Region); err != nil {
			return err
		}
	}
	return r.Add(key.Binary(), g, pocover.History{
		LastBeacon: e.LastBeacon, LastBeaconReciprocity: e.LastReciprocity, LastWitness: e.LastWitness,
	})
}

// A keyList denies keys and pairs. Without any it denies nobody: that a list is loaded is
// what its being there says.
type keyList struct {
	tag   string
	keys  map[string]bool
	edges map[[2]string]bool
}

func (l *keyList) Empty() bool            { return false }
func (l *keyList) Tag() string            { return l.tag }
func (l *keyList) Denied(key []byte) bool { return l.keys[string(key)] }
func (l *keyList) DeniedEdge(a, b []byte) bool {
	return l.edges[[2]string{string(a), string(b)}] || l.edges[[2]string{string(b), string(a)}]
}

// list reads keys and edges.
func (d *radioDeny) list() (pocover.DenyList, error) {
	binary := func(text string) (string, error) {
		k, err := keys.ParseText(text)
		if err != nil {
			return "", fmt.Errorf("deny list: %w", err)
		}
		return string(k.Binary()), nil
	}
	l := &keyList{d.Tag, make(map[string]bool), make(map[[2]string]bool)}
	for _, text := range d.Keys {
		k, err := binary(text)
		if err != nil {
			return nil, err
		}
		l.keys[k] = true
	}
	for _, e := range d.Edges {
		a, err := binary(e[0])
		if err != nil {
			return nil, err
		}
		b, err := binary(e[1])
		if err != nil {
			return nil, err
		}
		l.edges[[2]string{a, b}] = true
	}
	return l, nil
}

// openFilter reads the network's deny list, if the state names one.
func (s *radioState) openFilter(f *folder) error {
	if s.Deny == nil || s.Deny.Filter == "" {
		return nil
	}
	if len(s.Deny.Keys)+len(s.Deny.Edges) > 0 {
		return errors.New("deny: filter excludes keys and edges")
	}
	data, err := f.proofFile(s.Deny.Filter)
	if err != nil {
		return err
	}
	var signers []*keys.Key
	for _, text := range s.Deny.Signers {
		k, err := keys.ParseText(text)
		if err != nil {
			return fmt.Errorf("deny: signers: %w", err)
		}
		signers = append(signers, k)
	}
	filter, err := pocover.VerifyDenyFilter(data, signers)
	if err != nil {
		return err
	}
	s.denyFilter = filter
	return nil
}

// radioUnits returns the unit of a day whose archives are in the folder. An absent file
// radioFile is an error of class fs.ErrNotExist.
func radioUnits(f *folder, o *options) ([]unit, error) {
	state, err := readRadio(f.dir)
	if err != nil {
		return nil, err
	}
	d := &radioDay{name: "day in the folder", state: state}
	if err := d.state.openFilter(f); err != nil {
		return nil, fmt.Errorf("%s: %v", filepath.Join(f.dir, radioFile), err)
	}
	if err := d.find(f.dir); err != nil {
		return nil, err
	}
	return []unit{{kind: "settle", shape: d.name, keys: "keys of the reports", prepare: func() (*work, error) {
		return d.work(o)
	}}}, nil
}

// find looks for the archives of a day. What a file is, its content says: gzip of frames of
// which the first that are read are the messages of a stream. They are read in the order of
// the time that their first report was received, then by name.
func (d *radioDay) find(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	type found struct {
		radioArchive
		first uint64
	}
	var streams [4][]found
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			continue
		}
		name := filepath.Join(dir, e.Name())
		stream, first, ok, err := recognize(name)
		switch {
		case errors.Is(err, depinproof.ErrMalformed), errors.Is(err, depinproof.ErrLimit):
			d.unread = append(d.unread, fmt.Sprintf("%s: no report: %v", e.Name(), err))
			continue
		case err != nil:
			return fmt.Errorf("%s: %w", name, err)
		case !ok:
			continue
		}
		streams[stream] = append(streams[stream], found{radioArchive{
			source: settle.Source{Name: e.Name(), Open: func() (io.ReadCloser, error) { return os.Open(name) }},
			size:   info.Size(),
		}, first})
	}
	some := false
	for stream, list := range streams {
		slices.SortStableFunc(list, func(a, b found) int { return cmp.Compare(a.first, b.first) })
		for _, a := range list {
			d.streams[stream] = append(d.streams[stream], a.radioArchive)
			some = true
		}
	}
	if !some {
		return fmt.Errorf("%s: %s, and no archive of radio reports", dir, radioFile)
	}
	return nil
}

// recognized is how many frames of a file are looked at, and how much of it is read.
const (
	recognized      = 64
	recognizedBytes = 1 << 20
)

// recognize finds out which stream a file is an archive of, and when its first report was
// received. It goes by the most frames: an archive may have some that are malformed. The
// error is that of reading, or what breaks off gzip in which there was no report before.
func recognize(name string) (stream settle.Stream, first uint64, ok bool, err error) {
	file, err := os.Open(name)
	if err != nil {
		return 0, 0, false, err
	}
	defer file.Close()
	in := bufio.NewReader(io.LimitReader(file, recognizedBytes))
	if magic, err := in.Peek(2); err == io.EOF || err == nil && !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return 0, 0, false, nil
	} else if err != nil {
		return 0, 0, false, err
	}
	var counts [4]int
	var times [4]uint64
	r := wire.NewReader(in, wire.Limits{})
	for range recognized {
		frame, broken := r.Next()
		if broken != nil {
			if broken != io.EOF {
				err = broken
			}
			break
		}
		for s := range counts {
			if t, is := messageOf(settle.Stream(s), frame); is {
				if counts[s] == 0 {
					times[s] = t
				}
				counts[s]++
			}
		}
	}
	for s := range counts {
		if counts[s] > counts[stream] {
			stream = settle.Stream(s)
		}
	}
	if counts[stream] > 0 && !errors.Is(err, depinproof.ErrInternal) {
		return stream, times[stream], true, nil // settling names the place
	}
	return 0, 0, false, err
}

// messageOf reports whether a frame is a message of a stream with what that cannot lack,
// and when it was received.
func messageOf(stream settle.Stream, frame []byte) (received uint64, is bool) {
	switch stream {
	case settle.Entropy:
		var m wire.EntropyReport
		err := m.Decode(frame)
		return m.Timestamp, err == nil && len(m.Data) > 0
	case settle.Beacons:
		var m wire.BeaconIngestReport
		err := m.Decode(frame)
		return m.Received, err == nil && len(m.Report.RemoteEntropy) > 0
	case settle.Witnesses:
		var m wire.WitnessIngestReport
		err := m.Decode(frame)
		return m.Received, err == nil && len(m.Report.Data) > 0
	}
	var m wire.PacketReport
	err := m.Decode(frame)
	return m.Received, err == nil && len(m.Gateway) > 0
}
