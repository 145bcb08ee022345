package models

import "context"

// SetFactor writes the second factor: the sealed secret and when it was confirmed, 0 while it
// waits for its first code. An empty secret takes it away.
func SetFactor(ctx context.Context, tx *Tx, agentID int64, sealed string, confirmed Stamp, step int64) error {
	_, err := tx.exec(ctx, "UPDATE agents SET totp_secret = ?, totp_at = ?, totp_step = ? WHERE id = ?", sealed, confirmed, step, agentID)
	return err
}

// UseFactorStep takes a time step of the second factor; false when it, or a later one, was used before.
func UseFactorStep(ctx context.Context, tx *Tx, agentID, step int64) (bool, error) {
	n, err := affected(tx.exec(ctx, "UPDATE agents SET totp_step = ? WHERE id = ? AND totp_step < ?", step, agentID, step))
	return n == 1, err
}

// SetRecoveryCodes replaces an agent's recovery codes by these hashes; none takes them away.
func SetRecoveryCodes(ctx context.Context, tx *Tx, agentID int64, hashes [][]byte) error {
	if _, err := tx.exec(ctx, "DELETE FROM recovery_codes WHERE agent_id = ?", agentID); err != nil {
		return err
	}
	for _, hash := range hashes {
		if _, err := tx.exec(ctx, "INSERT INTO recovery_codes (agent_id, hash) VALUES (?, ?)", agentID, hash); err != nil {
			return err
		}
	}
	return nil
}

// UseRecoveryCode takes a recovery code; false when there is no such code or it was used.
func UseRecoveryCode(ctx context.Context, tx *Tx, agentID int64, hash []byte, now Stamp) (bool, error) {
	n, err := affected(tx.exec(ctx, "UPDATE recovery_codes SET used_at = ? WHERE agent_id = ? AND hash = ? AND used_at = 0", now, agentID, hash))
	return n == 1, err
}

// RecoveryCodesLeft counts the codes that have not been used.
func RecoveryCodesLeft(ctx context.Context, c Conn, agentID int64) (int, error) {
	n := 0
	err := c.row(ctx, "SELECT COUNT(*) FROM recovery_codes WHERE agent_id = ? AND used_at = 0", agentID).Scan(&n)
	return n, err
}
