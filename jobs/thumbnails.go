package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"lodge/files"
	"lodge/models"
)

// thumbSide is the longer side of a small picture in pixels: twice what pages show, for
// dense screens.
const thumbSide = 480

// thumbnail draws the small picture of an image. What cannot be drawn stays without one.
func (r *Runner) thumbnail(ctx context.Context, j models.Job) error {
	var args struct{ Attachment int64 }
	if err := j.Read(&args); err != nil {
		return permanent{err}
	}
	a, err := models.AttachmentByID(ctx, r.DB, args.Attachment)
	if models.KindOf(err) == models.KindNotFound || (err == nil && a.Thumb != "") {
		return nil
	}
	if err != nil {
		return err
	}
	source, err := r.Files.Open(ctx, a.Blob)
	if err != nil {
		return fmt.Errorf("open the image: %w", err)
	}
	defer source.Close()
	picture, _, width, height, err := files.Thumbnail(source, thumbSide)
	if errors.Is(err, files.ErrNoThumbnail) {
		return nil
	}
	if err != nil {
		return err
	}
	draft, err := r.Files.Receive(ctx, bytes.NewReader(picture), int64(len(picture)))
	if err != nil {
		return err
	}
	defer draft.Discard()
	key, err := r.Files.Keep(ctx, draft)
	if err != nil {
		return err
	}
	return r.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		return models.SetThumb(ctx, tx, a.ID, key, width, height)
	})
}
