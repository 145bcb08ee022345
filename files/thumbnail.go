package files

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

const (
	maxPixels   = 40_000_000 // by the header; more gets no thumbnail (A45)
	maxDecoded  = 96 << 20   // bytes that decoding may need
	maxScans    = 100        // of a progressive JPEG, which else costs a full pass for each few bytes
	smallestBox = 16
	largestBox  = 2048
)

// drawing lets one picture be decoded at a time: memory is bounded by the largest picture, not by their number.
var drawing = make(chan struct{}, 1)

// Thumbnail draws a PNG, JPEG, GIF (its first frame) or WebP into a box of maxSide × maxSide pixels, never
// larger than it was, turned upright as its EXIF says. The answer is a new picture made of pixels alone: JPEG
// when opaque, else PNG; no EXIF, no place, no trailing bytes (A41, A47). width and height are the thumbnail's.
// ErrNoThumbnail for everything else; the size is read from the header before any pixel is decoded.
func Thumbnail(r io.ReadSeeker, maxSide int) (picture []byte, contentType string, width, height int, err error) {
	drawing <- struct{}{}
	defer func() { <-drawing }()
	defer func() { // a decoder's bug must cost a preview, not the process
		if p := recover(); p != nil {
			picture, err = nil, fmt.Errorf("%w: %v", ErrNoThumbnail, p)
		}
	}()
	source, turn, err := decode(r)
	if err != nil {
		return nil, "", 0, 0, fmt.Errorf("%w: %w", ErrNoThumbnail, err)
	}
	small := upright(shrink(source, min(max(maxSide, smallestBox), largestBox)), turn)
	width, height = small.Bounds().Dx(), small.Bounds().Dy()
	var out bytes.Buffer
	if small.Opaque() {
		contentType = "image/jpeg"
		err = jpeg.Encode(&out, small, &jpeg.Options{Quality: 82})
	} else {
		contentType = "image/png"
		err = png.Encode(&out, small)
	}
	if err != nil {
		return nil, "", 0, 0, fmt.Errorf("files: %w", err)
	}
	return out.Bytes(), contentType, width, height, nil
}

// decode picks the decoder by content and refuses by the header.
func decode(r io.ReadSeeker) (source image.Image, turn int, err error) {
	head := make([]byte, sniffed)
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, 0, err
	}
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.ErrUnexpectedEOF {
		return nil, 0, err
	}
	var config func(io.Reader) (image.Config, error)
	var pixels func(io.Reader) (image.Image, error)
	turn = 1
	memory := func(c image.Config) int64 { return int64(c.Width) * int64(c.Height) * depth(c.ColorModel) }
	switch sniff(head[:n]) {
	case "image/png", "image/vnd.mozilla.apng":
		config, pixels = png.DecodeConfig, png.Decode
	case "image/gif":
		config, pixels = gif.DecodeConfig, gif.Decode
	case "image/webp":
		config, pixels = webp.DecodeConfig, webp.Decode
	case "image/jpeg":
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			return nil, 0, err
		}
		facts := readJPEG(r)
		turn = facts.orientation
		memory = facts.memory
		config = jpeg.DecodeConfig
		pixels = func(r io.Reader) (image.Image, error) { return jpeg.Decode(&scanLimit{r: r}) }
	default:
		return nil, 0, fmt.Errorf("not a picture")
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, 0, err
	}
	c, err := config(r)
	if err != nil {
		return nil, 0, err
	}
	if c.Width < 1 || c.Height < 1 || int64(c.Width)*int64(c.Height) > maxPixels || memory(c) > maxDecoded {
		return nil, 0, fmt.Errorf("%d × %d pixels", c.Width, c.Height)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, 0, err
	}
	source, err = pixels(r)
	return source, turn, err
}

// depth is the number of bytes a decoded pixel takes.
func depth(m color.Model) int64 {
	if _, ok := m.(color.Palette); ok {
		return 1
	}
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.YCbCrModel:
		return 3
	case color.NYCbCrAModel:
		return 4
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	return 4
}

// shrink fits a picture into a box. Far too large ones are thinned out first: averaging every pixel of a
// large photo costs seconds and shows no difference at this size.
func shrink(source image.Image, box int) *image.RGBA {
	from := source.Bounds()
	w, h := fit(from.Dx(), from.Dy(), box)
	if from.Dx() > 8*w && from.Dy() > 8*h {
		thin := image.NewRGBA(image.Rect(0, 0, 4*w, 4*h))
		draw.NearestNeighbor.Scale(thin, thin.Bounds(), source, from, draw.Src, nil)
		source, from = thin, thin.Bounds()
	}
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.BiLinear.Scale(small, small.Bounds(), source, from, draw.Src, nil)
	return small
}

// fit keeps the proportions and never enlarges; a side is at least one pixel.
func fit(w, h, box int) (int, int) {
	if long := max(w, h); long > box {
		w, h = w*box/long, h*box/long
	}
	return max(w, 1), max(h, 1)
}

// upright applies an EXIF orientation (1 to 8).
func upright(p *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return p
	}
	w, h := p.Bounds().Dx(), p.Bounds().Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch orientation {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			out.SetRGBA(tx, ty, p.RGBAAt(x, y))
		}
	}
	return out
}
