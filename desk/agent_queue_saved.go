package desk

import (
	"context"
	"net/url"
	"strconv"
	"unicode/utf8"

	"lodge/models"
)

// SavedViews lists the saved views that the actor sees, with their sizes. One that is about
// something the actor cannot see is left out.
func (d *Desk) SavedViews(ctx context.Context, actor Actor) ([]SavedView, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	teams, err := models.QueueTeams(ctx, d.db, actor.ID)
	if err != nil {
		return nil, err
	}
	rows, err := models.SavedViews(ctx, d.db, actor.ID, myTeams(teams))
	if err != nil {
		return nil, err
	}
	var all []SavedView
	for i := range rows {
		saved := savedView(actor, &rows[i], teams)
		ask := savedAsk(saved.Query)
		view, err := d.queueView(ctx, actor, ask)
		if models.KindOf(err) == models.KindNotFound && err != nil {
			if saved.CanEdit { // its owner sees it all the same, to delete it
				all = append(all, saved)
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		if ask.Text == "" { // a search has no size
			n, cut, err := models.CountQueue(ctx, d.db, view.q, countsStop)
			if err != nil {
				return nil, err
			}
			saved.Count, saved.More = min(n, countsStop-1), n >= countsStop || cut && n > 0
		}
		all = append(all, saved)
	}
	return all, nil
}

func myTeams(teams []models.QueueNamed) []int64 {
	var ids []int64
	for _, t := range teams {
		if t.Mine {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

func savedAsk(query string) QueueAsk {
	values, _ := url.ParseQuery(query)
	return ReadQueueAsk(values.Get)
}

func savedView(actor Actor, v *models.SavedView, teams []models.QueueNamed) SavedView {
	out := SavedView{ID: v.ID, Name: v.Name, Query: v.Query, Whose: "all", CanEdit: canEdit(actor, v, teams)}
	switch {
	case v.OwnerID != nil:
		out.Whose = "me"
	case v.TeamID != nil:
		out.Whose = itoa(*v.TeamID)
		for _, t := range teams {
			if t.ID == *v.TeamID {
				out.Team = t.Name
			}
		}
	}
	return out
}

// canEdit: one's own views, those of one's teams, and with the right to settings all shared ones.
func canEdit(actor Actor, v *models.SavedView, teams []models.QueueNamed) bool {
	switch {
	case v.OwnerID != nil:
		return *v.OwnerID == actor.ID
	case v.TeamID != nil:
		for _, t := range teams {
			if t.ID == *v.TeamID && t.Mine {
				return true
			}
		}
	}
	return actor.Can(models.ActSettings)
}

// SavedViewOwners are for whom the actor may save views, besides themselves: their teams by
// id, and "all" with the right to settings.
func (d *Desk) SavedViewOwners(ctx context.Context, actor Actor) (teams []Choice, everyone bool, err error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, false, err
	}
	all, err := models.QueueTeams(ctx, d.db, actor.ID)
	for _, t := range all {
		if t.Mine {
			teams = append(teams, Choice{itoa(t.ID), t.Name})
		}
	}
	return teams, actor.Can(models.ActSettings), err
}

// SavedViewSheet reads one saved view that the actor may change.
func (d *Desk) SavedViewSheet(ctx context.Context, actor Actor, id int64) (*SavedView, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	row, teams, err := d.savedRow(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	v := savedView(actor, row, teams)
	return &v, nil
}

// savedRow finds a saved view inside what the actor may change.
func (d *Desk) savedRow(ctx context.Context, actor Actor, id int64) (*models.SavedView, []models.QueueNamed, error) {
	teams, err := models.QueueTeams(ctx, d.db, actor.ID)
	if err != nil {
		return nil, nil, err
	}
	row, err := models.SavedViewByID(ctx, d.db, id)
	if err == nil && !canEdit(actor, row, teams) {
		err = models.NotFound()
	}
	return row, teams, err
}

// SaveView keeps a list under a name: a new one with id 0, otherwise it renames that one. For
// an existing one in.Query does not count.
func (d *Desk) SaveView(ctx context.Context, actor Actor, in SavedView) (int64, error) {
	if err := actor.may(models.ActRead); err != nil {
		return 0, err
	}
	now := models.At(d.Now())
	var v models.Invalid
	row := &models.SavedView{}
	teams, err := models.QueueTeams(ctx, d.db, actor.ID)
	if err != nil {
		return 0, err
	}
	if in.ID != 0 {
		if row, teams, err = d.savedRow(ctx, actor, in.ID); err != nil {
			return 0, err
		}
	} else {
		ask := savedAsk(in.Query)
		ask.Before = ""
		if row.Query = ask.Query(); row.Query == "" || len(row.Query) > 2000 {
			v.Add("query", "agent.saved_view.error.query")
		} else if _, err := d.queueView(ctx, actor, ask); err != nil {
			if models.KindOf(err) != models.KindNotFound {
				return 0, err
			}
			v.Add("query", "agent.saved_view.error.query")
		}
	}
	row.Name = line(in.Name)
	if row.Name == "" || utf8.RuneCountInString(row.Name) > 60 {
		v.Add("name", "agent.saved_view.error.name")
	}
	row.OwnerID, row.TeamID = nil, nil
	switch in.Whose {
	case "me":
		row.OwnerID = &actor.ID
	case "all":
		if !actor.Can(models.ActSettings) {
			v.Add("whose", "agent.saved_view.error.whose")
		}
	default:
		id, _ := strconv.ParseInt(in.Whose, 10, 64)
		for _, t := range teams {
			if t.Mine && t.ID == id {
				row.TeamID = &id
			}
		}
		if row.TeamID == nil {
			v.Add("whose", "agent.saved_view.error.whose")
		}
	}
	if err := v.Err(); err != nil {
		return 0, err
	}
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if row.ID != 0 {
			return models.UpdateSavedView(ctx, tx, row)
		}
		n, err := models.CountSavedViews(ctx, tx, row.OwnerID, row.TeamID)
		if err != nil {
			return err
		}
		if n >= models.MostSavedViews {
			v.Add("name", "agent.saved_view.error.many")
			return v.Err()
		}
		return models.InsertSavedView(ctx, tx, row, now)
	})
	return row.ID, err
}

// DeleteView forgets a saved view.
func (d *Desk) DeleteView(ctx context.Context, actor Actor, id int64) error {
	if err := actor.may(models.ActRead); err != nil {
		return err
	}
	if _, _, err := d.savedRow(ctx, actor, id); err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error { return models.DeleteSavedView(ctx, tx, id) })
}
