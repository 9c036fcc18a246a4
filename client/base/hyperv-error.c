/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-error-private.h"

typedef struct {
  char *subcode;
  guint32 wsman_code;
  gboolean has_return_value;
  guint32 return_value;
  gboolean has_job;
  guint32 job_code;
  char *job_text;
} HypervErrorPrivate;

static void
hyperv_error_private_init (HypervErrorPrivate *priv)
{
  *priv = (HypervErrorPrivate){ 0 };
}

static void
hyperv_error_private_copy (const HypervErrorPrivate *from, HypervErrorPrivate *to)
{
  *to = *from;
  to->subcode = g_strdup (from->subcode);
  to->job_text = g_strdup (from->job_text);
}

static void
hyperv_error_private_clear (HypervErrorPrivate *priv)
{
  g_free (priv->subcode);
  g_free (priv->job_text);
}

G_DEFINE_EXTENDED_ERROR (HypervError, hyperv_error)

static HypervErrorPrivate *
details (const GError *error)
{
  return error != NULL && error->domain == HYPERV_ERROR ? hyperv_error_get_private (error) : NULL;
}

/**
 * hyperv_error_get_fault_subcode:
 * @error: (nullable): a failure
 *
 * Returns the subcode of the SOAP fault behind @error, such as `w:InvalidSelectors`.
 *
 * Returns: (transfer none) (nullable): the subcode, owned by @error
 */
const char *
hyperv_error_get_fault_subcode (const GError *error)
{
  const HypervErrorPrivate *priv = details (error);

  return priv != NULL ? priv->subcode : NULL;
}

/**
 * hyperv_error_get_wsman_code:
 * @error: (nullable): a failure
 *
 * Returns the code of Windows' WSManFault (also WMI's and Win32's codes come this way).
 *
 * Returns: the code, or 0 when the host gave none
 */
guint32
hyperv_error_get_wsman_code (const GError *error)
{
  const HypervErrorPrivate *priv = details (error);

  return priv != NULL ? priv->wsman_code : 0;
}

/**
 * hyperv_error_get_return_value:
 * @error: (nullable): a failure
 * @value: (out) (optional): the ReturnValue of the method
 *
 * Returns what a method of WMI returned, when that is what failed.
 *
 * Returns: whether a method's return value is behind @error
 */
gboolean
hyperv_error_get_return_value (const GError *error, guint32 *value)
{
  const HypervErrorPrivate *priv = details (error);

  if (priv == NULL || !priv->has_return_value)
    return FALSE;
  if (value != NULL)
    *value = priv->return_value;
  return TRUE;
}

/**
 * hyperv_error_is_of_job:
 * @error: (nullable): a failure
 *
 * Tells whether a job of the host failed; one that was killed or terminated has the code 0.
 *
 * Returns: whether a job is behind @error
 */
gboolean
hyperv_error_is_of_job (const GError *error)
{
  const HypervErrorPrivate *priv = details (error);

  return priv != NULL && priv->has_job;
}

/**
 * hyperv_error_get_job_code:
 * @error: (nullable): a failure
 *
 * Returns the ErrorCode of the job that failed.
 *
 * Returns: the code, or 0 when no job is behind @error, or one that ended without a code
 */
guint32
hyperv_error_get_job_code (const GError *error)
{
  const HypervErrorPrivate *priv = details (error);

  return priv != NULL ? priv->job_code : 0;
}

/**
 * hyperv_error_get_job_text:
 * @error: (nullable): a failure
 *
 * Returns the text with which the job failed, as the host says it.
 *
 * Returns: (transfer none) (nullable): the text, owned by @error
 */
const char *
hyperv_error_get_job_text (const GError *error)
{
  const HypervErrorPrivate *priv = details (error);

  return priv != NULL ? priv->job_text : NULL;
}

void
hyperv_error_set_fault (GError *error, const char *subcode, guint32 wsman_code)
{
  HypervErrorPrivate *priv = details (error);

  if (priv == NULL)
    return;
  g_free (priv->subcode);
  priv->subcode = g_strdup (subcode);
  priv->wsman_code = wsman_code;
}

void
hyperv_error_set_return_value (GError *error, guint32 value)
{
  HypervErrorPrivate *priv = details (error);

  if (priv == NULL)
    return;
  priv->has_return_value = TRUE;
  priv->return_value = value;
}

void
hyperv_error_set_job (GError *error, guint32 code, const char *text)
{
  HypervErrorPrivate *priv = details (error);

  if (priv == NULL)
    return;
  priv->has_job = TRUE;
  priv->job_code = code;
  g_free (priv->job_text);
  priv->job_text = g_strdup (text);
}
