package handlers

import "strings"

// Nobody of the general matrix is a customer; what customers get is in customer_matrix_test.go.
var _ = matrixRows(map[string]access{
	"GET /my-tickets/:reference":                  {303, 303, 303, 303, 303, 303},
	"GET /my-tickets/:reference/updates":          {303, 303, 303, 303, 303, 303},
	"GET /my-tickets/:reference/stream":           {303, 303, 303, 303, 303, 303},
	"POST /my-tickets/:reference/replies":         {403, 403, 403, 403, 403, 403},
	"GET /my-tickets/:reference/replies":          {303, 303, 303, 303, 303, 303},
	"GET /my-tickets/:reference/closure":          {303, 303, 303, 303, 303, 303},
	"POST /my-tickets/:reference/closure":         {403, 403, 403, 403, 403, 403},
	"GET /my-tickets/:reference/files/:pid":       {303, 303, 303, 303, 303, 303},
	"GET /my-tickets/:reference/files/:pid/thumb": {303, 303, 303, 303, 303, 303},
	"POST /my-tickets/:reference/seen":            {403, 403, 403, 403, 403, 403},
	"POST /my-tickets/:reference/draft":           {403, 403, 403, 403, 403, 403},
	"POST /my-tickets/:reference/part":            {403, 403, 403, 403, 403, 403},
	"GET /my-tickets/:reference/leave":            {303, 303, 303, 303, 303, 303},
	"POST /my-tickets/:reference/leave":           {403, 403, 403, 403, 403, 403},
	"GET /my-tickets/:reference/people":           {303, 303, 303, 303, 303, 303},
	"POST /my-tickets/:reference/people":          {403, 403, 403, 403, 403, 403},
	"GET /my-tickets/:reference/print":            {303, 303, 303, 303, 303, 303},
})

func init() {
	matrixPaths = append(matrixPaths, func(_ *office, path string) string { return strings.ReplaceAll(path, ":reference", "NOTHING") })
}
