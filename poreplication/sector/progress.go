package sector

import "sync"

// pieceNodes is the number of nodes that are worked on at a time: 128 KiB of each file.
const pieceNodes = 4096

// A reporter counts what is done of a stage.
type reporter struct {
	mutex    sync.Mutex
	progress Progress
	tell     func(Progress)
}

func (s *Sealer) reporter(stage Stage, layer int, total uint64) *reporter {
	return &reporter{progress: Progress{Stage: stage, Layer: layer, Total: total}, tell: s.options.Progress}
}

func (r *reporter) add(nodes uint64) {
	if r.tell == nil {
		return
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.progress.Done += nodes
	r.tell(r.progress)
}
