package files

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"sync"
	"sync/atomic"
	"testing"
)

// halves is red on the left, blue on the right.
func halves(w, h int) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{R: 255, A: 255}
			if x >= w/2 {
				c = color.RGBA{B: 255, A: 255}
			}
			p.SetRGBA(x, y, c)
		}
	}
	return p
}

func asJPEG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A one-pixel WebP, lossy.
const tinyWebP = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"

// PC-5
func TestThumbnail(t *testing.T) {
	var asGIF bytes.Buffer
	if err := gif.Encode(&asGIF, halves(300, 200), nil); err != nil {
		t.Fatal(err)
	}
	clear := halves(300, 200)
	clear.SetRGBA(0, 0, color.RGBA{})
	tiny, _ := base64.StdEncoding.DecodeString(tinyWebP)
	for _, c := range []struct {
		name    string
		content []byte
		kind    string
		w, h    int
	}{
		{"png", asPNG(t, halves(300, 200)), "image/jpeg", 120, 80},
		{"large png", asPNG(t, halves(3000, 2000)), "image/jpeg", 120, 80},
		{"transparent png", asPNG(t, clear), "image/png", 120, 80},
		{"jpeg", asJPEG(t, halves(200, 300)), "image/jpeg", 80, 120},
		{"gif", asGIF.Bytes(), "image/jpeg", 120, 80},
		{"webp", tiny, "image/jpeg", 1, 1},
		{"small stays small", asPNG(t, halves(10, 6)), "image/jpeg", 10, 6},
		{"a line", asPNG(t, halves(5000, 1)), "image/jpeg", 120, 1},
	} {
		picture, kind, w, h, err := Thumbnail(bytes.NewReader(c.content), 120)
		if err != nil || kind != c.kind || w != c.w || h != c.h {
			t.Errorf("%s: %s %d×%d, %v", c.name, kind, w, h, err)
			continue
		}
		drawn, format, err := image.Decode(bytes.NewReader(picture))
		if err != nil || "image/"+format != kind || drawn.Bounds().Dx() != w || drawn.Bounds().Dy() != h {
			t.Errorf("%s: %s, %v", c.name, format, err)
		}
		if w >= 80 {
			if r, _, b, _ := drawn.At(w/8, h/2).RGBA(); r < b {
				t.Errorf("%s: the left half is not red", c.name)
			}
			if r, _, b, _ := drawn.At(w*7/8, h/2).RGBA(); b < r {
				t.Errorf("%s: the right half is not blue", c.name)
			}
		}
	}
}

// withEXIF puts an orientation and a place into a JPEG.
func withEXIF(plain []byte, orientation uint16) []byte {
	var tiff bytes.Buffer
	tiff.WriteString("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01")
	for _, v := range []any{uint16(0x0112), uint16(3), uint32(1), orientation, uint16(0)} {
		_ = binary.Write(&tiff, binary.BigEndian, v)
	}
	tiff.WriteString("\x00\x00\x00\x00GPS 52.5200 13.4050")
	out := append([]byte{}, plain[:2]...)
	out = append(out, 0xFF, 0xE1)
	out = binary.BigEndian.AppendUint16(out, uint16(tiff.Len()+2))
	out = append(out, tiff.Bytes()...)
	return append(out, plain[2:]...)
}

// A47: turned upright, and nothing of the EXIF is left.
func TestThumbnailTurnsAndForgets(t *testing.T) {
	plain := asJPEG(t, halves(300, 200))
	for orientation, red := range map[uint16]image.Point{ // where the red half lies afterwards, in eighths
		1: {1, 4}, 2: {7, 4}, 3: {7, 4}, 4: {1, 4}, 5: {4, 1}, 6: {4, 1}, 7: {4, 7}, 8: {4, 7}, 9: {1, 4},
	} {
		picture, _, w, h, err := Thumbnail(bytes.NewReader(withEXIF(plain, orientation)), 120)
		if err != nil {
			t.Fatal(err)
		}
		if turned := orientation >= 5 && orientation <= 8; turned != (h > w) {
			t.Errorf("orientation %d: %d×%d", orientation, w, h)
		}
		if bytes.Contains(picture, []byte("Exif")) || bytes.Contains(picture, []byte("GPS")) {
			t.Errorf("orientation %d: EXIF left", orientation)
		}
		drawn, err := jpeg.Decode(bytes.NewReader(picture))
		if err != nil {
			t.Fatal(err)
		}
		if r, _, b, _ := drawn.At(w*red.X/8, h*red.Y/8).RGBA(); r < b {
			t.Errorf("orientation %d: red is not at %v", orientation, red)
		}
	}
}

// A41: what hides behind the pixels does not come along.
func TestThumbnailDropsAPolyglot(t *testing.T) {
	hidden := "<script>alert(1)</script>PK\x03\x04"
	for _, content := range [][]byte{append(asJPEG(t, halves(50, 50)), hidden...), append(asPNG(t, halves(50, 50)), hidden...)} {
		picture, _, _, _, err := Thumbnail(bytes.NewReader(content), 120)
		if err != nil || bytes.Contains(picture, []byte("script")) || bytes.Contains(picture, []byte("PK\x03\x04")) {
			t.Errorf("%v, %d bytes", err, len(picture))
		}
	}
}

// claims rewrites the size in a PNG's header.
func claims(content []byte, w, h uint32) []byte {
	out := bytes.Clone(content)
	binary.BigEndian.PutUint32(out[16:], w)
	binary.BigEndian.PutUint32(out[20:], h)
	binary.BigEndian.PutUint32(out[29:], crc32.ChecksumIEEE(out[12:29]))
	return out
}

// jpegClaims rewrites the size in a JPEG's frame header, and makes it progressive on demand.
func jpegClaims(content []byte, w, h uint16, progressive bool) []byte {
	out := bytes.Clone(content)
	at := bytes.Index(out, []byte{0xFF, 0xC0})
	if progressive {
		out[at+1] = 0xC2
	}
	binary.BigEndian.PutUint16(out[at+5:], h)
	binary.BigEndian.PutUint16(out[at+7:], w)
	return out
}

// A45: refused by the header alone; decoding any of these would need hundreds of megabytes.
func TestThumbnailBombs(t *testing.T) {
	small, photo := asPNG(t, halves(10, 10)), asJPEG(t, halves(10, 10))
	gifBomb := []byte("GIF89a\x50\xc3\x50\xc3\x00\x00\x00;")
	for name, bomb := range map[string][]byte{
		"png 50000×50000":      claims(small, 50_000, 50_000),
		"png 1×2³¹":            claims(small, 1, 1<<31-1),
		"png just too large":   claims(small, 40_000_001, 1),
		"png of four bytes":    claims(small, 6000, 6000),
		"jpeg 65535×65535":     jpegClaims(photo, 65_535, 65_535, false),
		"jpeg progressive":     jpegClaims(photo, 6000, 6000, true),
		"gif 50000×50000":      gifBomb,
		"svg":                  []byte("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"),
		"text":                 []byte("not a picture"),
		"nothing":              nil,
		"a png cut short":      small[:40],
		"a jpeg of one header": photo[:30],
		"webp of nothing":      []byte("RIFF\x00\x00\x00\x00WEBPVP8 "),
		"tiff":                 []byte("II*\x00\x08\x00\x00\x00"),
	} {
		var picture []byte
		var err error
		bytesNow := allocated(func() { picture, _, _, _, err = Thumbnail(bytes.NewReader(bomb), 120) })
		if !errors.Is(err, ErrNoThumbnail) || picture != nil {
			t.Errorf("%s: %v", name, err)
		}
		if bytesNow > 4<<20 {
			t.Errorf("%s took %d bytes to refuse", name, bytesNow)
		}
	}
}

// A45: thousands of scans of a few bytes each would cost a pass over the picture each.
func TestThumbnailScanBomb(t *testing.T) {
	bomb := asJPEG(t, halves(100, 100))
	bomb = append(bomb[:len(bomb)-2], bytes.Repeat([]byte{0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0}, 10_000)...)
	if _, _, _, _, err := Thumbnail(bytes.NewReader(bomb), 120); !errors.Is(err, ErrNoThumbnail) {
		t.Error(err)
	}
}

// A45: many at once are drawn one after the other: whoever reads holds the one place.
func TestThumbnailOneAtATime(t *testing.T) {
	content := asPNG(t, halves(400, 400))
	var group sync.WaitGroup
	var reading atomic.Int32
	for range 8 {
		group.Go(func() {
			r := &watched{Reader: bytes.NewReader(content), reading: &reading}
			if _, _, _, _, err := Thumbnail(r, 64); err != nil {
				t.Error(err)
			}
			if r.crowded || r.free {
				t.Errorf("read beside another: %t, without the place: %t", r.crowded, r.free)
			}
		})
	}
	group.Wait()
	if len(drawing) != 0 {
		t.Error("the place was not given back")
	}
}

type watched struct {
	*bytes.Reader
	reading       *atomic.Int32
	crowded, free bool
}

func (w *watched) Read(p []byte) (int, error) {
	w.crowded = w.crowded || w.reading.Add(1) > 1
	w.free = w.free || len(drawing) != 1
	defer w.reading.Add(-1)
	return w.Reader.Read(p)
}

// A45
func FuzzThumbnail(f *testing.F) {
	f.Add(asPNG(f, halves(9, 9)))
	f.Add(withEXIF(asJPEG(f, halves(9, 9)), 6))
	f.Add([]byte("GIF89a"))
	f.Fuzz(func(t *testing.T, content []byte) {
		picture, _, w, h, err := Thumbnail(bytes.NewReader(content), 32)
		if err == nil && (len(picture) == 0 || w < 1 || h < 1 || w > 32 || h > 32) {
			t.Errorf("%d bytes, %d×%d", len(picture), w, h)
		}
		if err != nil && !errors.Is(err, ErrNoThumbnail) {
			t.Error(err)
		}
	})
}
