package h3

import "math"

// A vector is a point of space, from the centre of the earth: x towards latitude 0 and
// longitude 0, z towards the north pole.
type vector struct{ x, y, z float64 }

func (p LatLng) vector() vector {
	sinLat, cosLat := math.Sincos(p.Lat)
	sinLng, cosLng := math.Sincos(p.Lng)
	return vector{cosLng * cosLat, sinLng * cosLat, sinLat}
}

// The conversions in this file keep a product from being fused with a sum, so that one
// position is one cell on every machine.

func (v vector) dot(w vector) float64 {
	return float64(v.x*w.x) + float64(v.y*w.y) + float64(v.z*w.z)
}

func (v vector) cross(w vector) vector {
	return vector{
		float64(v.y*w.z) - float64(v.z*w.y),
		float64(v.z*w.x) - float64(v.x*w.z),
		float64(v.x*w.y) - float64(v.y*w.x),
	}
}

// sum returns a*v + b*w.
func sum(a float64, v vector, b float64, w vector) vector {
	return vector{
		float64(a*v.x) + float64(b*w.x),
		float64(a*v.y) + float64(b*w.y),
		float64(a*v.z) + float64(b*w.z),
	}
}

func (v vector) unit() vector {
	f := 1 / math.Sqrt(v.dot(v))
	return vector{v.x * f, v.y * f, v.z * f}
}

const (
	// stepsAtZero is how many steps of the grid of resolution 0 the radius of the earth is,
	// in a plane that touches it at the centre of a face.
	stepsAtZero = 2.61803398874989588842

	sqrt7        = 2.6457513110645905905016157536392604257102
	inverseSin60 = 1.1547005383792515290182975610039149112953
	sin60        = 0.8660254037844386467637231707529361834714
	// oddTurn is the angle asin(sqrt(3/28)) between the axes at odd and at even
	// resolutions.
	oddTurn = 0.333473172251832115336090755351601070065900389
)

// A plane is the one that touches a face at its centre, where the cells are hexagons.
type plane struct {
	north, east vector
	axes        [2]struct{ x, y vector } // x along i and y across it, at even and odd resolutions
}

var planes = func() (planes [faces]plane) {
	for f, face := range faceData {
		pole := vector{0, 0, 1}
		p := &planes[f]
		p.north = sum(1, pole, -pole.dot(face.centre), face.centre).unit()
		p.east = p.north.cross(face.centre)
		for parity := range p.axes {
			sin, cos := math.Sincos(face.azimuth - float64(parity)*oddTurn)
			p.axes[parity].x = sum(cos, p.north, sin, p.east)
			p.axes[parity].y = sum(sin, p.north, -cos, p.east)
		}
	}
	return planes
}()

// stepsPerRadius is stepsAtZero for each resolution.
var stepsPerRadius = func() (steps [MaxResolution + 1]float64) {
	for r := range steps {
		steps[r] = stepsAtZero * float64(sevens[r/2])
		if odd(r) {
			steps[r] *= sqrt7
		}
	}
	return steps
}()

// CellAt returns the cell at a resolution that contains p. As in the reference, angles
// beyond a full circle, and latitudes beyond a pole, go on around the globe. ErrMalformed
// says that the resolution is not 0 to 15 or a coordinate not finite.
func CellAt(p LatLng, resolution int) (Cell, error) {
	if resolution < 0 || resolution > MaxResolution {
		return 0, malformed("h3.CellAt", errResolution)
	}
	if p.Lat-p.Lat != 0 || p.Lng-p.Lng != 0 {
		return 0, malformed("h3.CellAt", errPosition)
	}
	v := p.vector()
	at, sure := v.project(resolution)
	if !sure {
		at = v.projectByAngles(resolution)
	}
	c, ok := at.cell(resolution)
	if !ok {
		return 0, internalError("h3.CellAt", errOffGrid)
	}
	return c, nil
}

// project returns the position of the cell at v, a unit vector, and whether its face and
// cell are beyond the doubt of the reference's rounding.
//
// The reference takes the angle r from the centre of the face out of 1 - r*r/2, so it errs
// by some 10^-16/r, which the first bound keeps below 10^-14; its other angles add as much
// in all. The second bound is ten times that.
func (v vector) project(resolution int) (facePosition, bool) {
	face, height := 0, 0.0
	for f := range opposites {
		if h := v.dot(faceData[f].centre); math.Abs(h) > math.Abs(height) {
			face, height = f, h
		}
	}
	if height < 0 {
		face, height = int(opposites[face]), -height
	}

	axes := &planes[face].axes[resolution&1]
	x, y := v.dot(axes.x)/height, v.dot(axes.y)/height
	steps := stepsPerRadius[resolution]
	h, margin := nearest(x*steps, y*steps)
	const nearCentre, doubt = 0.01, 1e-13
	return facePosition{uint8(face), h}, x*x+y*y > nearCentre*nearCentre && margin > steps*doubt
}

// opposites has, for the first ten faces, the one at the other side of the icosahedron.
var opposites = [faces / 2]uint8{17, 18, 19, 15, 16, 12, 13, 14, 10, 11}

// projectByAngles is project in the operations of the reference.
func (v vector) projectByAngles(resolution int) facePosition {
	face, square := 0, 5.0
	for f := range faceData {
		d := sum(1, faceData[f].centre, -1, v)
		if s := d.dot(d); s < square {
			face, square = f, s
		}
	}
	r := math.Acos(1 - square*0.5)
	if r < 1e-16 {
		return facePosition{uint8(face), hex{}}
	}

	centre, plane := faceData[face].centre, &planes[face]
	along := sum(1, v, -v.dot(centre), centre).unit()
	azimuth := positive(math.Atan2(along.dot(plane.east), along.dot(plane.north)))
	theta := positive(faceData[face].azimuth - azimuth)
	if odd(resolution) {
		theta = positive(theta - oddTurn)
	}
	r = math.Tan(r) * stepsAtZero
	for range resolution {
		r *= sqrt7
	}
	h, _ := nearest(r*math.Cos(theta), r*math.Sin(theta))
	return facePosition{uint8(face), h}
}

// positive returns an angle of less than a full circle as one that is not negative.
func positive(angle float64) float64 {
	if angle < 0 {
		return angle + 2*math.Pi
	}
	return angle
}

// nearest returns the hexagon that x, y, in steps along and across the i axis, lies in,
// and how far it is from the nearest edge.
func nearest(x, y float64) (h hex, margin float64) {
	// The grid is symmetric about both axes: look where neither is negative. There v is
	// along the j axis and u along i.
	v := math.Abs(y) * inverseSin60
	u := math.Abs(x) + v/2
	h.i, h.j = int32(u), int32(v)
	du, dv := u-float64(h.i), v-float64(h.j)

	var right, up bool
	switch {
	case du < 1.0/3:
		up = dv >= (1+du)/2
	case du < 0.5:
		up = dv >= 1-du
		right = up && dv < 2*du
	case du < 2.0/3:
		up = dv >= 1-du
		right = up || dv <= 2*du-1
	default:
		up = dv >= du/2
		right = true
	}
	if right {
		h.i++
		du--
	}
	if up {
		h.j++
		dv--
	}
	margin = 0.5 - max(math.Abs(du-dv/2), math.Abs(dv-du/2), math.Abs(du+dv)/2)

	if x < 0 {
		h.i = h.j - h.i
	}
	if y < 0 {
		h.i -= h.j
		h.j = -h.j
	}
	return h, margin
}

// Center returns the position of the centre of c. What is not a cell is ErrMalformed.
func (c Cell) Center() (LatLng, error) {
	if !c.Valid() {
		return LatLng{}, malformed("h3.Center", errCell)
	}
	at := c.facePosition()
	resolution := c.Resolution()
	axes := &planes[at.face].axes[resolution&1]
	x := (float64(at.hex.i) - 0.5*float64(at.hex.j)) / stepsPerRadius[resolution]
	y := float64(at.hex.j) * sin60 / stepsPerRadius[resolution]

	across := sum(x, axes.x, y, axes.y)
	v := sum(1, faceData[at.face].centre, 1, across)
	lat := math.Atan2(v.z, math.Sqrt(float64(v.x*v.x)+float64(v.y*v.y)))
	return LatLng{Lat: lat, Lng: math.Atan2(v.y, v.x)}, nil
}
