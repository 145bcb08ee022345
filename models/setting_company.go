package models

import "slices"

// CompanyPortalGroup are the settings of the company portal, which have a page of their own.
const CompanyPortalGroup = "company_portal"

// GeneralSettings are the settings of the workspace's general page.
func GeneralSettings() []Setting {
	return slices.DeleteFunc(slices.Clone(WorkspaceSettingList), func(s Setting) bool { return s.Group == CompanyPortalGroup })
}
