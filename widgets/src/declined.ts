// A no of the connector comes with a sentence for the visitor.

const DECLINED = 409;

/** The connector's own sentence where it declined; what else may go wrong has none for customers. */
export async function declined(error: unknown): Promise<string> {
  const { code, answer } = error as { code?: number; answer?: Response };
  if (code !== DECLINED || !answer) return "";
  const { message } = (await answer.json().catch(() => ({}))) as { message?: unknown };
  return typeof message === "string" ? message : "";
}
