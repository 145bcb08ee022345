package handlers

// NU-1, NU-4: the matrix of a project, and everybody's own choice behind their link.
var _ = matrixRows(map[string]access{
	"GET /agent/settings/projects/:slug/notifications":  {303, 303, 403, 404, 403, 200},
	"POST /agent/settings/projects/:slug/notifications": {403, 403, 403, 404, 403, 422},
	"GET /ticket/preferences/:token":                    {404, 404, 404, 404, 404, 404},
	"POST /ticket/preferences/:token":                   {404, 404, 404, 404, 404, 404},
	"GET /ticket/preferences/:token/all":                {303, 303, 303, 303, 303, 303},
	"POST /ticket/preferences/:token/all":               {403, 403, 403, 403, 403, 403},
})
