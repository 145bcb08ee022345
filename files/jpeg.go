package files

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"io"
)

// jpegFacts is what the standard decoder does not tell before decoding.
type jpegFacts struct {
	orientation int     // EXIF 1 to 8; 1 when not stated
	samples     float64 // samples a pixel over all components
	progressive bool
}

// memory is what decoding takes: a byte a sample, and four more for a progressive picture's coefficients.
func (f jpegFacts) memory(c image.Config) int64 {
	a := f.samples
	if f.progressive {
		a *= 5
	}
	return int64(float64(c.Width) * float64(c.Height) * a)
}

// readJPEG walks the segments before the first scan (ITU T.81, annex B). What it cannot read it guesses dear.
func readJPEG(r io.Reader) jpegFacts {
	facts := jpegFacts{orientation: 1, samples: 4, progressive: true}
	b := bufio.NewReader(r)
	if _, err := b.Discard(2); err != nil {
		return facts
	}
	for {
		marker, err := nextMarker(b)
		if err != nil || marker == 0xDA || marker == 0xD9 {
			return facts
		}
		if marker == 0x01 || marker >= 0xD0 && marker <= 0xD7 {
			continue // these carry no length
		}
		var length [2]byte
		if _, err := io.ReadFull(b, length[:]); err != nil {
			return facts
		}
		n := int(binary.BigEndian.Uint16(length[:])) - 2
		if n < 0 {
			return facts
		}
		switch marker {
		case 0xC0, 0xC1, 0xC2, 0xE1:
			segment := make([]byte, n)
			if _, err := io.ReadFull(b, segment); err != nil {
				return facts
			}
			if marker == 0xE1 {
				if o := exifOrientation(segment); o != 0 {
					facts.orientation = o
				}
				continue
			}
			facts.progressive = marker == 0xC2
			facts.samples = samples(segment)
		default:
			if _, err := b.Discard(n); err != nil {
				return facts
			}
		}
	}
}

func nextMarker(b *bufio.Reader) (byte, error) {
	for {
		c, err := b.ReadByte()
		if err != nil {
			return 0, err
		}
		if c != 0xFF {
			continue
		}
		for c == 0xFF {
			if c, err = b.ReadByte(); err != nil {
				return 0, err
			}
		}
		if c != 0 {
			return c, nil
		}
	}
}

// samples reads the sampling factors of a frame header: 3 for 4:4:4, 1.5 for 4:2:0.
func samples(frame []byte) float64 {
	if len(frame) < 6 || len(frame) < 6+3*int(frame[5]) {
		return 4
	}
	var all, most int
	for i := range int(frame[5]) {
		h, v := int(frame[7+3*i]>>4), int(frame[7+3*i]&15)
		all += h * v
		most = max(most, h*v)
	}
	if most == 0 {
		return 4
	}
	return float64(all) / float64(most)
}

// exifOrientation reads tag 0x0112 of the first directory; 0 when absent or malformed.
func exifOrientation(segment []byte) int {
	tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	entries := int64(order.Uint16(tiff[at:]))
	for i := range entries {
		e := at + 2 + 12*i
		if e+12 > int64(len(tiff)) {
			return 0
		}
		if order.Uint16(tiff[e:]) == 0x0112 {
			if o := int(order.Uint16(tiff[e+8:])); o >= 1 && o <= 8 {
				return o
			}
			return 0
		}
	}
	return 0
}

// scanLimit fails after too many start-of-scan markers.
type scanLimit struct {
	r     io.Reader
	last  byte
	scans int
}

var errScans = errors.New("too many scans")

func (s *scanLimit) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	for _, c := range p[:n] {
		if s.last == 0xFF && c == 0xDA {
			if s.scans++; s.scans > maxScans {
				return 0, errScans
			}
		}
		s.last = c
	}
	return n, err
}
