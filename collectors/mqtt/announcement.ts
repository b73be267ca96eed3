/**
 * Where the production monitor says, retained, that the broker is production's: simulators refuse
 * a broker that carries it. Off the topics of devices, as `$` is no part of an identifier.
 */
export function announcementTopic(root: string): string {
  return `${root}/$monitor`;
}

export function encodeAnnouncement(isOnline: boolean): string {
  return JSON.stringify({ online: isOnline });
}
