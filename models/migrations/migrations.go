// Package migrations embeds the schema's SQL files. A shipped file is never edited:
// a change of the schema is a new file.
package migrations

import "embed"

// Files holds every migration; names begin with the time they were written.
//
//go:embed *.sql
var Files embed.FS
